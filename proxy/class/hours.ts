import type { ClassRecord } from './records.ts';

type Times = Pick<ClassRecord, 'opens' | 'closes' | 'hours' | 'expires'>;

/** Why the class is closed at this instant, for people; undefined while it is open. Whether it is paused does not count here. */
export function whyClosed({ opens, closes, hours, expires }: Times, now: number): string | undefined {
  if (now >= Date.parse(expires)) return `The class ended at ${print(expires)}.`;
  if (opens !== null && now < Date.parse(opens)) return `The class opens at ${print(opens)}.`;
  if (closes !== null && now >= Date.parse(closes)) return `The class closed at ${print(closes)}.`;
  if (hours === null) return undefined;
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: hours.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
  const isInside = hours.from < hours.to ? hours.from <= time && time < hours.to : hours.from <= time || time < hours.to;
  return isInside ? undefined : `The class is open from ${hours.from} to ${hours.to} (${hours.zone}); there it is ${time} now.`;
}

/** `2026-11-21 10:00 UTC` */
function print(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
