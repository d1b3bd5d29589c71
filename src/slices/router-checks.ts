import { ConnectorError } from '../errors/connector-error';
import { ListPartitionRouter } from './list-partition-router';
import type { PartitionRouter } from './partition-router';
import { SubstreamPartitionRouter } from './substream-partition-router';

/** The slices of `outer` do not tell which router of it made them, so options of those routers could not be filled. */
export function refuseRequestOptions(router: PartitionRouter, outer: string, path: string): void {
  if ((router instanceof ListPartitionRouter || router instanceof SubstreamPartitionRouter) && router.hasRequestOption) {
    throw ConnectorError.config(
      'slices.request_option_not_possible',
      `${path}: a request_option inside of a ${outer} has no effect. Put the partition into the request with a template, e.g. {{ stream_partition['…'] }}.`,
    );
  }
}
