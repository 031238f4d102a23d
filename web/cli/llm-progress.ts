import type { Meter, Tally } from '../src/llm/meter.ts';

/** As many digits as small amounts need. */
export function dollars(amount: number | null): string {
  if (amount === null) return 'an unknown price';
  return `$${amount.toLocaleString('en', amount >= 1 || amount === 0 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 })}`;
}

/** What was paid in this run, and what calls without a reply may have cost besides. */
export function spendText({ asked, paid, atMost, unpriced }: Tally): string {
  if (asked > 0 && unpriced >= asked) return dollars(null);
  return `${dollars(paid)}${atMost > 0 ? ` and at most ${dollars(atMost)} for calls that broke off` : ''}`;
}

/** One line on how a run goes. */
export function meterLine(meter: Meter, total: number): string {
  const { tally, atOnce } = meter;
  const left = meter.millisecondsLeft();
  const failed = Object.values(tally.failures).reduce((sum, count) => sum + count, 0);
  const parts = [
    `${tally.answered.toLocaleString('en')} of ${total.toLocaleString('en')} requests`,
    ...(failed > 0 ? [`${failed.toLocaleString('en')} given up`] : []),
    spendText(tally),
    `${meter.perSecond().toFixed(1)} a second, up to ${atOnce} at once`,
    ...(left !== null && left > 0 ? [`${Math.ceil(left / 1000).toLocaleString('en')} s left`] : []),
  ];
  return parts.join(', ');
}
