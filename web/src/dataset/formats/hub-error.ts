/** Why a data set of the hub can't be had, and what to do. */
export class HubError extends Error {
  override readonly name = 'HubError';
}
