import { BlockList, isIP } from 'node:net';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (in lower case, too, which wins), or undefined.
 * NO_PROXY knows names (with everything below them), `host:port`, addresses, CIDR ranges and `*`.
 */
export function proxyFor(url: URL, env: Env): string | undefined {
  const scheme = url.protocol.slice(0, -1);
  const proxy = setting(env, `${scheme}_proxy`) || setting(env, 'all_proxy');
  if (!proxy || isExcepted(url, setting(env, 'no_proxy'))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function setting(env: Env, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim();
}

function isExcepted(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return inRange(host, entry);
      const [, name = entry, wantedPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      if (wantedPort && wantedPort !== port) return false;
      const plain = name.replace(/^\*?\.|^\[|\]$/g, '');
      return host === plain || (!isIP(host) && host.endsWith(`.${plain}`));
    });
}

function inRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(host);
  if (!family || isIP(network) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
