import { randomBytes } from 'node:crypto';
import type { Caller } from '../route.ts';
import { ApiError } from '../error.ts';
import { digest, isSame } from '../secret.ts';
import type { Books } from '../store/books.ts';
import { classOf, codeOf, readCode } from './code.ts';
import type { Judge } from './guesses.ts';
import { whyClosed } from './hours.ts';
import type { Keys } from './keys.ts';
import { freeName, sameNames } from './nickname.ts';
import { account, type ClassRecord, type ClassRecords, type SeatRecord } from './records.ts';
import { unauthorized, type Claims, type Tokens } from './tokens.ts';
import { usageOf } from './usage.ts';

const audience = 'seat';
const tokenHolds = 15 * 60_000;
/** That a seat was seen is written this seldom. Milliseconds. */
const seenEvery = 30_000;

interface Parts {
  classes: ClassRecords;
  books: Books;
  keys: Keys;
  tokens: Tokens;
  judge: Judge;
  maxSeats: number;
  now: () => number;
}

/** The seats of classes, as their students deal with them. */
export function openSeats({ classes, books, keys, tokens, judge, maxSeats, now }: Parts) {
  const sign = (id: string, seatId: string): Promise<{ token: string; expires: string }> =>
    tokens.sign(audience, { subject: seatId, class: id }, tokenHolds);

  async function idOf(code: string, address: string): Promise<string> {
    const record = await classes.get(classOf(code, keys));
    const isRight = record !== undefined && isSame(codeOf(record.codeSeed, keys), code);
    judge(address, record?.id, isRight, 'No class has this code. Check it letter by letter, or ask the teacher for the link.');
    return record!.id;
  }

  async function find({ class: id = '', subject }: Claims): Promise<{ record: ClassRecord; seat: SeatRecord }> {
    const record = await classes.get(id);
    const seat = record?.seats.find((one) => one.id === subject);
    if (!record || !seat || seat.left) throw ended();
    if (seat.revoked) throw new ApiError(403, 'seat_revoked', 'The teacher has closed this seat.');
    return { record, seat };
  }

  return {
    /**
     * Takes a seat in the class of the code; a nickname that is taken gets a number.
     * Throws an `ApiError` where there is no such class, it is over or full.
     */
    async join({ code, nickname }: { code: string; nickname: string }, address: string): Promise<object> {
      const id = await idOf(readCode(code), address);
      const secret = randomBytes(32).toString('base64url');
      const [seatId, joined] = [randomBytes(12).toString('base64url'), new Date(now()).toISOString()];
      const seat = { id: seatId, joined, seen: null, revoked: false, left: false, caps: null, refreshHash: digest(secret) };
      const record = await classes.change(id, (old) => {
        if (now() >= Date.parse(old.expires)) throw new ApiError(403, 'class_closed', whyClosed(old, now())!);
        if (old.seats.length >= maxSeats) throw new ApiError(403, 'class_full', `The class is full: it has ${maxSeats} seats.`);
        const taken = new Set(old.seats.map((other) => sameNames(other.nickname)));
        return { ...old, seats: [...old.seats, { ...seat, nickname: freeName(nickname, taken) }] };
      });
      const kept = record?.seats.find((one) => one.id === seat.id);
      if (!record || !kept) throw ended();
      const token = await sign(id, seat.id);
      return { ...token, refresh: `${id}.${seat.id}.${secret}`, seat: seat.id, nickname: kept.nickname, class: { id, name: record.name } };
    },

    /** Another token for whoever holds the seat's refresh secret. */
    async refresh({ refresh }: { refresh: string }): Promise<object> {
      const [id = '', seatId = '', secret = ''] = refresh.split('.');
      const { seat } = await find({ class: id, subject: seatId });
      if (!isSame(seat.refreshHash, digest(secret))) throw ended();
      return sign(id, seatId);
    },

    /** Who calls, with a token; `atRest` also while the class is paused or closed. */
    async caller(token: string, atRest: boolean): Promise<Caller> {
      const { record, seat } = await find(await tokens.verify(audience, token));
      const closed = whyClosed(record, now());
      if (!atRest && closed !== undefined) throw new ApiError(403, 'class_closed', closed);
      if (!atRest && record.paused) throw new ApiError(403, 'class_paused', 'The teacher has paused the class. Wait until it goes on.');
      if (seat.seen === null || Math.abs(now() - Date.parse(seat.seen)) > seenEvery) {
        await classes.changeSeat(record.id, seat.id, (old) => ({ ...old, seen: new Date(now()).toISOString() }));
      }
      return { seat: seat.id, accounts: [account.class(record.id), account.seat(seat.id)], scope: record.id, models: record.models };
    },

    /** The seat as its student sees it. */
    async report({ seat: subject, scope }: Caller): Promise<object> {
      const { record, seat } = await find({ subject, class: scope });
      const { id, name, paused, expires } = record;
      const open = whyClosed(record, now()) === undefined;
      const usage = usageOf(await books.account(account.seat(seat.id)));
      return { seat: seat.id, nickname: seat.nickname, class: { id, name, paused, open, expires }, usage, caps: seat.caps ?? record.caps.seat };
    },

    /** Gives the seat up for good. What it used stays in the class's books. */
    async leave({ seat, scope }: Caller): Promise<void> {
      await classes.changeSeat(scope, seat, (old) => ({ ...old, left: true, refreshHash: '' }));
    },
  };
}

function ended(): ApiError {
  return unauthorized('no_such_seat', 'There is no such seat: the class has ended, or the seat was given up. Join again with a code.');
}
