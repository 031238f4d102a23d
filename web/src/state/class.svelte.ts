import { readSetting, removeSetting, writeSetting, type StoredSeat } from '../storage/settings.ts';
import { askServer, LostConnection, ServerError } from './ask-server.ts';
import type { Limits, SeatReport } from './class-records.ts';
import { store } from './store.ts';

/** A token is replaced this long before it ends, so that none ends on its way. Milliseconds. */
const margin = 60_000;

/** A job asks for the token many times a second; what another tab has changed is looked up so seldom. Milliseconds. */
const remembered = 1000;

interface Pass {
  token: string;
  expires: string | number;
}

/**
 * The server behind the page and the seat that this browser has in a class, if any. What only a teacher needs is in
 * `Teaching`, which comes with its page.
 */
class ClassState {
  /** `absent`: a plain web host, without Tagsmith's server. `solo`: the server of one person. */
  server = $state<'unknown' | 'absent' | 'solo' | 'class'>('unknown');
  /** Whether this browser has the teacher's session. */
  teacher = $state(false);
  seat = $state.raw<StoredSeat | null>(null);
  report = $state.raw<SeatReport | null>(null);
  limits = $state.raw<Limits | null>(null);
  /** The server did not answer the last time it was asked. */
  lost = $state(false);
  /** Why the seat is not let in at present, in the server's words. */
  refused = $state<string | null>(null);

  /** What can still be spent, the least over all accounts that pay; null where nothing bounds it. */
  readonly dollarsLeft = $derived.by(() => {
    const accounts = this.limits?.accounts.map(({ caps, used, reserved }) => [caps.dollars, used.dollars + reserved.dollars] as const) ?? [];
    const own = this.report ? [[this.report.caps.dollars, this.report.usage.dollars + this.report.usage.reservedDollars] as const] : [];
    const left = [...accounts, ...own].flatMap(([cap, gone]) => (cap === null || cap === undefined ? [] : [Math.max(0, cap - gone)]));
    return left.length > 0 ? Math.min(...left) : null;
  });

  #looking: Promise<void> | undefined;
  #renewal: Promise<void> | undefined;
  #unstored = false;
  #recalled = -Infinity;
  /** A server for one person that has models, and has not said that this browser is not that person's. */
  #asksLimits = false;

  /** Finds out what has changed: the server's mode, the seat, the money. Never throws: what goes wrong is part of the state. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAfresh().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #lookAfresh(): Promise<void> {
    try {
      await this.#recall();
      if (this.server === 'unknown') await this.#findServer();
      if (this.seat) await this.#lookAtSeat();
      else if (this.#asksLimits) await this.#lookAlone();
      this.lost = false;
    } catch (error) {
      if (error instanceof LostConnection) this.lost = true;
      else if (!(error instanceof ServerError)) throw error;
    }
  }

  /** Asks again who the server takes us for. */
  async meetAgain(): Promise<void> {
    this.server = 'unknown';
    await this.#lookAfresh();
  }

  /** Takes a seat in the class of the code, in place of an earlier one. @throws ServerError, LostConnection */
  async join(code: string, nickname: string): Promise<void> {
    const earlier = this.seat;
    const pass = await askServer<Pass & { refresh: string; seat: string; nickname: string; class: { id: string; name: string } }>('class/join', { method: 'POST', body: { code, nickname } });
    await this.#keep({ token: pass.token, expires: new Date(pass.expires).getTime(), refresh: pass.refresh, seat: pass.seat, nickname: pass.nickname, class: { id: pass.class.id, name: pass.class.name } });
    this.report = this.limits = this.refused = null;
    // The seat is taken; nobody has to wait for the rest.
    void this.#lookAfresh();
    if (earlier) void this.#giveUp(earlier);
  }

  /** Gives the seat up, here and at the server where it can be reached. */
  async leave(): Promise<void> {
    await this.authorization().catch(() => undefined);
    const seat = this.seat;
    this.report = this.limits = this.refused = null;
    await this.#keep(null);
    if (seat) await this.#giveUp(seat);
  }

  /**
   * Headers for calls to `v1/…`: the seat's token, renewed before it ends. Without a seat there are none, and the
   * browser's cookie speaks for the page.
   * @throws ServerError where the class does not let the seat in any more, LostConnection where the token can't be renewed.
   */
  async authorization(): Promise<Record<string, string>> {
    if (performance.now() - this.#recalled > remembered) await this.#recall();
    if (this.seat && this.seat.expires - Date.now() < margin) await this.#renew();
    return this.seat ? { authorization: `Bearer ${this.seat.token}` } : {};
  }

  async #findServer(): Promise<void> {
    try {
      const { mode, teacher, models = true } = await askServer<{ mode: 'solo' | 'class'; teacher: boolean; models?: boolean }>('class');
      this.server = mode;
      this.#asksLimits = mode === 'solo' && models;
      this.teacher = teacher;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.server = 'absent';
    }
  }

  async #lookAlone(): Promise<void> {
    try {
      this.limits = await askServer<Limits>('v1/limits');
    } catch (error) {
      if (!(error instanceof ServerError) || error.status !== 401) throw error;
      this.#asksLimits = false;
    }
  }

  async #lookAtSeat(): Promise<void> {
    const id = this.seat?.seat;
    // While an answer is on its way the seat may be given up.
    const stillThere = () => this.seat?.seat === id;
    try {
      const report = await this.#asSeat<SeatReport>('class/seat');
      if (!stillThere()) return;
      this.report = report;
      this.refused = null;
      // While the class is paused or closed nobody may ask for these.
      if (!report.class.open || report.class.paused) return;
      const limits = await this.#asSeat<Limits>('v1/limits');
      if (stillThere()) this.limits = limits;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (!stillThere()) return;
      this.refused = error.message;
      if (error.status === 401 || error.status === 403) this.report = this.limits = null;
    }
  }

  async #giveUp({ token }: StoredSeat): Promise<void> {
    try {
      await askServer('class/seat', { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    } catch (error) {
      // A class that has ended knows no seat; one out of reach forgets it when it ends.
      if (!(error instanceof ServerError || error instanceof LostConnection)) throw error;
    }
  }

  /** The clocks of page and server may differ: a token that is refused is renewed once before it is believed. */
  async #asSeat<Answer>(path: string): Promise<Answer> {
    const headers = await this.authorization();
    try {
      return await askServer<Answer>(path, { headers });
    } catch (error) {
      if (!(error instanceof ServerError) || error.status !== 401) throw error;
      await this.#renew();
      return askServer<Answer>(path, { headers: await this.authorization() });
    }
  }

  #renew(): Promise<void> {
    this.#renewal ??= (async () => {
      const seat = this.seat;
      if (!seat) return;
      const { token, expires } = await askServer<Pass>('class/refresh', { method: 'POST', body: { refresh: seat.refresh } });
      if (this.seat?.seat === seat.seat) await this.#keep({ ...seat, token, expires: new Date(expires).getTime() });
    })().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Another tab may have joined, left or renewed. */
  async #recall(): Promise<void> {
    if (this.#unstored) return;
    this.#recalled = performance.now();
    try {
      const stored = (await readSetting(await store(), 'seat')) ?? null;
      if (stored?.seat !== this.seat?.seat) this.report = this.limits = this.refused = null;
      if (stored?.token !== this.seat?.token) this.seat = stored;
    } catch {
      this.#unstored = true;
    }
  }

  /** A browser that gives no storage keeps the seat until the tab is closed. */
  async #keep(seat: StoredSeat | null): Promise<void> {
    try {
      const opened = await store();
      await (seat ? writeSetting(opened, 'seat', seat) : removeSetting(opened, 'seat'));
      this.#unstored = false;
    } catch {
      this.#unstored = true;
    }
    this.seat = seat;
  }
}

export const classState = new ClassState();
