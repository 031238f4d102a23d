import type { Caps, ClassPlan } from '../../state/class-records.ts';

/** What the form for a new class holds: numbers where one stands, null where the field is empty; times as the browser's fields give them. */
export interface PlanFields {
  name: string;
  class: Caps;
  seat: Caps;
  models: 'all' | string[];
  opens: string;
  closes: string;
  expires: string;
  daily: boolean;
  from: string;
  to: string;
}

const none: Caps = { dollars: null, tokens: null, requests: null, concurrency: null };

/** Fits a lesson or two: it ends tomorrow at the full hour. */
export function usualPlan(name: string, now: Date): PlanFields {
  const end = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, now.getHours() + 1);
  return {
    name,
    class: { ...none, dollars: 5 },
    seat: { ...none, dollars: 0.25, concurrency: 4 },
    models: 'all',
    opens: '',
    closes: '',
    expires: localTime(end),
    daily: false,
    from: '08:00',
    to: '17:00',
  };
}

/** What keeps the plan from being made, if anything. */
export function planProblem(fields: PlanFields, now: Date): 'pastEnd' | 'wrongOrder' | 'noModel' | null {
  if (new Date(fields.expires) <= now) return 'pastEnd';
  if (fields.opens !== '' && fields.closes !== '' && new Date(fields.closes) <= new Date(fields.opens)) return 'wrongOrder';
  return fields.models.length === 0 ? 'noModel' : null;
}

export function toPlan(fields: PlanFields, zone: string): ClassPlan {
  return {
    name: fields.name.trim(),
    caps: { class: { ...fields.class }, seat: { ...fields.seat } },
    models: fields.models === 'all' ? 'all' : [...fields.models],
    opens: iso(fields.opens),
    closes: iso(fields.closes),
    hours: fields.daily ? { from: fields.from, to: fields.to, zone } : null,
    expires: new Date(fields.expires).toISOString(),
  };
}

const iso = (local: string): string | null => (local === '' ? null : new Date(local).toISOString());

/** As a field for date and time takes it: `2026-11-22T14:00`, in the visitor's own time. */
export function localTime(time: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}T${two(time.getHours())}:${two(time.getMinutes())}`;
}
