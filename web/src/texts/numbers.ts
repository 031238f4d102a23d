/** Numbers as people read them. All take the language, so that a translation brings its own. */
export function numbers(language: string) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const significant = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const cents = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

  return {
    count: (value: number) => whole.format(value),
    /** A rate: two digits below ten, whole numbers above. */
    rate: (value: number) => (value < 10 ? significant.format(value) : whole.format(value)),
    percent: (share: number) => `${whole.format(100 * share)} %`,
    /** Scores are fractions with two digits: 0.57. */
    score: (value: number) => value.toFixed(2),
    /** Dollars with two decimals; what is not nothing never looks like it. */
    money: (dollars: number) => (dollars > 0 && dollars < 0.005 ? `<${cents.format(0.01)}` : cents.format(dollars)),
    bytes: (value: number) => {
      if (value < 1e6) return `${whole.format(Math.max(1, value / 1e3))} kB`;
      return value < 1e9 ? `${whole.format(value / 1e6)} MB` : `${one.format(value / 1e9)} GB`;
    },
    duration: (milliseconds: number) => {
      const seconds = Math.round(milliseconds / 1000);
      if (seconds < 60) return `${Math.max(1, seconds)} s`;
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return `${minutes} min ${seconds % 60 ? `${seconds % 60} s` : ''}`.trim();
      return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    },
    date: (milliseconds: number) => date.format(milliseconds),
  };
}
