import { z } from 'zod';
import { readName } from './nickname.ts';

const name = (characters: number) => {
  const read = z.string().transform((given) => readName(given, characters));
  return read.pipe(z.string(`expected 1 to ${characters} characters, all of them visible`));
};
const whole = z.int().min(0).max(1e12).nullable();
/** What an account may use in all, as the page says it; null is no bound. `concurrency`: calls that may be open at once. */
const caps = z.strictObject({
  dollars: z.number().min(0).max(1e6).nullable(),
  tokens: whole,
  requests: whole,
  concurrency: z.int().min(1).max(10_000).nullable(),
});
const twoCaps = z.strictObject({ class: caps.partial(), seat: caps.partial() });
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 08:00');
const zone = z.string().refine((timeZone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
}, 'expected a time zone such as Europe/Lisbon');
const hours = z.strictObject({ from: time, to: time, zone }).refine(({ from, to }) => from !== to, 'from and to are the same').nullable();
const models = z.union([z.literal('all'), z.array(z.string().min(1).max(200)).min(1).max(200)]);
const plan = { models, opens: instant.nullable(), closes: instant.nullable(), hours, expires: instant };

export const session = z.strictObject({ secret: z.string().max(1000) });
export const join = z.strictObject({ code: z.string().max(100), nickname: name(40) });
export const refresh = z.strictObject({ refresh: z.string().max(200) });
export const newClass = z.strictObject({
  ...plan,
  name: name(80),
  caps: twoCaps,
  opens: plan.opens.default(null),
  closes: plan.closes.default(null),
  hours: hours.default(null),
});
export const classChange = z.strictObject({ ...plan, paused: z.boolean(), caps: twoCaps.partial() }).partial();
export const seatChange = z.strictObject({ caps: caps.partial(), revoked: z.boolean() }).partial();

export type PlainCaps = z.infer<typeof caps>;
export type NewClass = z.infer<typeof newClass>;
export type ClassChange = z.infer<typeof classChange>;
export type SeatChange = z.infer<typeof seatChange>;
