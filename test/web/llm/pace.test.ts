import { describe, expect, it } from 'vitest';
import { Pace } from '../../../web/src/llm/pace.ts';

/** As many replies as were asked for in a round trip. */
function roundTrip(pace: Pace): void {
  const { atOnce } = pace;
  for (let i = 0; i < atOnce; i++) pace.answered(pace.atOnce);
}

describe('the pace', () => {
  it('doubles with each round trip at the beginning, up to what may be', () => {
    const pace = new Pace(32);
    const seen = [pace.atOnce];
    for (let i = 0; i < 4; i++) {
      roundTrip(pace);
      seen.push(pace.atOnce);
    }
    expect(seen).toEqual([16, 32, 32, 32, 32]);
  });

  it('begins with no more than may be', () => {
    expect(new Pace(5).atOnce).toBe(5);
  });

  it('is halved by a refusal, once for all requests that were sent before it', () => {
    const pace = new Pace(32);
    for (let i = 0; i < 3; i++) roundTrip(pace);
    for (let sent = 90; sent < 100; sent++) pace.turnedAway(sent, 100);
    expect(pace.atOnce).toBe(16);
    pace.turnedAway(101, 150);
    expect(pace.atOnce).toBe(8);
  });

  it('never falls below one', () => {
    const pace = new Pace(32);
    for (let now = 0; now < 100; now += 10) pace.turnedAway(now, now + 5);
    expect(pace.atOnce).toBe(1);
  });

  it('grows by one a round trip after a refusal', () => {
    const pace = new Pace(32);
    for (let i = 0; i < 3; i++) roundTrip(pace);
    pace.turnedAway(0, 1);
    for (let i = 1; i <= 5; i++) {
      roundTrip(pace);
      expect(Math.abs(pace.atOnce - (16 + i))).toBeLessThanOrEqual(1);
    }
  });

  it('learns nothing from replies while fewer are asked for than may be', () => {
    const pace = new Pace(32);
    for (let i = 0; i < 100; i++) pace.answered(3);
    expect(pace.atOnce).toBe(16);
  });

  it('comes to rest at what a service takes: on average at three quarters of it or more', () => {
    const pace = new Pace(32);
    let sum = 0;
    for (let now = 0; now < 1000; now++) {
      // Twelve at once are answered, the others turned away.
      const { atOnce } = pace;
      for (let i = 0; i < atOnce; i++) {
        if (i < 12) pace.answered(pace.atOnce);
        else pace.turnedAway(now, now + 0.5);
      }
      sum += Math.min(12, atOnce);
    }
    expect(sum / 1000).toBeGreaterThan(9);
  });
});
