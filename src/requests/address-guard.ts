import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ConnectorError } from '../errors/connector-error';
import { shownUrl } from './shown-url';

/** Addresses that no public API has: this host, private networks, link-local (cloud metadata), documentation, reserved. */
const NOT_PUBLIC_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** Besides: addresses that tunnels (6to4, Teredo) and older notations hide an IPv4 address in. */
const NOT_PUBLIC_V6 = ['::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '100::/64', '2001::/32', '2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'];

/** Made by the first question: few runs ask, and Node's network modules take long to load. */
class NotPublic {
  private list: BlockList | undefined;

  has(address: string, type: 'ipv4' | 'ipv6'): boolean {
    this.list ??= makeList();
    return this.list.check(address, type);
  }
}

const notPublic = new NotPublic();

function makeList(): BlockList {
  const list = new BlockList();
  const add = (range: string, type: 'ipv4' | 'ipv6') => {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), type);
  };
  NOT_PUBLIC_V4.forEach((range) => add(range, 'ipv4'));
  NOT_PUBLIC_V6.forEach((range) => add(range, 'ipv6'));
  return list;
}

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (family === 4) return !notPublic.has(address, 'ipv4');
  const mapped = mappedV4(address);
  return mapped ? isPublicAddress(mapped) : !notPublic.has(address, 'ipv6');
}

/** The IPv4 address inside `::ffff:a.b.c.d` and `64:ff9b::a.b.c.d`, in any spelling. */
function mappedV4(address: string): string | undefined {
  const canonical = new URL(`http://[${address.split('%', 1)[0]}]/`).hostname.slice(1, -1);
  const hex = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!hex) return undefined;
  const [high, low] = [parseInt(hex[1] as string, 16), parseInt(hex[2] as string, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

type Resolve = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, found: string | LookupAddress[], family?: number) => void,
) => void;

/**
 * On shared infrastructure (DEPLOYMENT_MODE=cloud) a connector may talk to public addresses by https only. Checked for
 * each hop of a redirect, and against the very address that is connected to, so that DNS cannot change in between.
 */
export class AddressGuard {
  constructor(private readonly resolve: Resolve = dnsLookup) {}

  /** @throws ConnectorError `http.insecure_protocol`, `http.private_address` (config_error) */
  check(url: URL): void {
    if (url.protocol !== 'https:') {
      throw ConnectorError.config('http.insecure_protocol', `'${shownUrl(url.href)}' uses ${url.protocol.slice(0, -1)}; on this platform only https is allowed. Change the address in the configuration.`, {
        recovery: 'stop_stream',
      });
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) && !isPublicAddress(host)) throw privateAddress(url.hostname);
  }

  /** Looks the host up for a proxy that will connect by itself. */
  async checkResolved(url: URL): Promise<void> {
    this.check(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) return;
    await new Promise<void>((resolve, reject) => this.lookup(host, { all: true }, (error) => (error ? reject(error) : resolve())));
  }

  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map((each) => each.address);
      const refused = !error && addresses.some((address) => !isPublicAddress(address));
      callback(refused ? privateAddress(hostname) : error, found, family);
    });
  };
}

function privateAddress(host: string): ConnectorError {
  return ConnectorError.config(
    'http.private_address',
    `'${host}' belongs to a private network; on this platform only public API endpoints can be requested. Change the address in the configuration.`,
    { recovery: 'stop_stream' },
  );
}
