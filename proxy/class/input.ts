import { Readable } from 'node:stream';
import { z } from 'zod';
import { readLimited, TooLargeError } from '../chat/read-limited.ts';
import { ApiError } from '../error.ts';
import { readName } from './nickname.ts';

/** Far above any question of these routes. Bytes. */
const largestBody = 65_536;

const name = (characters: number) =>
  z.string().transform((given, context) => {
    const read = readName(given, characters);
    if (read !== undefined) return read;
    context.addIssue({ code: 'custom', message: `expected 1 to ${characters} characters, all of them visible` });
    return z.NEVER;
  });
const whole = z.int().min(0).max(1e12).nullable();
const caps = z.strictObject({ dollars: z.number().min(0).max(1e6).nullable(), tokens: whole, requests: whole, concurrency: z.int().min(1).max(10_000).nullable() }).partial();
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 08:00');
const zone = z.string().refine((timeZone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
}, 'expected a time zone such as Europe/Lisbon');
const hours = z.strictObject({ from: time, to: time, zone }).refine(({ from, to }) => from !== to, 'from and to are the same');
const models = z.union([z.literal('all'), z.array(z.string().min(1).max(200)).min(1).max(200)]);

export const session = z.strictObject({ secret: z.string().max(1000) });
export const join = z.strictObject({ code: z.string().max(100), nickname: name(40) });
export const refresh = z.strictObject({ refresh: z.string().max(200) });
export const newClass = z.strictObject({
  name: name(80),
  caps: z.strictObject({ class: caps, seat: caps }),
  models,
  opens: instant.nullable().default(null),
  closes: instant.nullable().default(null),
  hours: hours.nullable().default(null),
  expires: instant,
});
export const classChange = z.strictObject({ paused: z.boolean(), caps: z.strictObject({ class: caps, seat: caps }).partial(), models, opens: instant.nullable(), closes: instant.nullable(), hours: hours.nullable(), expires: instant }).partial();
export const seatChange = z.strictObject({ caps, revoked: z.boolean() }).partial();

export type NewClass = z.infer<typeof newClass>;
export type ClassChange = z.infer<typeof classChange>;
export type SeatChange = z.infer<typeof seatChange>;

/** The JSON of a request. Throws an `ApiError` that says where it is not as expected. */
export async function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.infer<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readLimited(request.body ?? Readable.from([]), largestBody)));
  } catch (error) {
    if (error instanceof TooLargeError) throw new ApiError(413, 'invalid_request_error', 'too_large', `The body is larger than ${largestBody} bytes.`);
    throw invalid('The body is no JSON.');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw invalid(`${path.join('.') || 'The body'}: ${message}.`);
}

export function invalid(message: string): ApiError {
  return new ApiError(400, 'invalid_request_error', 'invalid_request', message);
}
