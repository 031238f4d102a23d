import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that no service on the internet lies in: loopback, private, link-local (cloud metadata among them), shared, reserved, multicast. */
const inside = { 4: new BlockList(), 6: new BlockList() };
const v4: [network: string, prefix: number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
];
for (const [network, prefix] of v4) inside[4].addSubnet(network, prefix, 'ipv4');
// Everything but 2000::/3, the space in use, and within that: documentation, 6to4 and Teredo, which carry IPv4 addresses.
const v6: [network: string, prefix: number][] = [
  ['::', 3], ['4000::', 2], ['8000::', 1], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20],
];
for (const [network, prefix] of v6) inside[6].addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the internet's. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside[4].check(address, 'ipv4');
  return family === 6 && !inside[6].check(address, 'ipv6');
}

/**
 * Name resolution for providers on the internet: the very addresses that are connected to are looked at, so no name can
 * lead inside, however often it changes.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 4);
    const wrong = addresses.find(({ address }) => !isPublicAddress(address));
    if (wrong) {
      const message = `${hostname} leads to an address of this machine's own networks. If it is meant to, its provider needs "local": true.`;
      return callback(Object.assign(new Error(message), { code: 'PRIVATE_ADDRESS' }), '', 4);
    }
    return options.all ? callback(null, addresses) : callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};
