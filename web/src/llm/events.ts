import type { LlmFailure, LlmReply, Parsed } from './task.ts';

interface About<Input> {
  /** Place of the input in the order in which inputs came, from 0. Answers come in the order in which they arrive. */
  index: number;
  input: Input;
  /** Key of the request, under which its reply lies in the store. */
  key: string;
}

/** A reply that is in the store, and what it says. */
export interface AnswerEvent<Input, Value, Reason extends string = string> extends About<Input> {
  type: 'answer';
  reply: LlmReply;
  parsed: Parsed<Value, Reason>;
  /** `service`: asked for and paid now. `store`: there from before. `twin`: another input of this job has the same request. */
  from: 'service' | 'store' | 'twin';
}

/** A request that is given up for now: running the job again asks it again. */
export interface FailureEvent<Input> extends About<Input> {
  type: 'failure';
  failure: LlmFailure;
  /** How often it was asked; 0 for one whose twin was given up. */
  attempts: number;
}

/** An attempt that brought no reply. What follows is another attempt, a failure, or the end of the job. */
export interface MissEvent {
  type: 'miss';
  failure: LlmFailure;
  /** The most that it can have cost all the same, in dollars; null where the source tells no prices. */
  dollarsAtMost: number | null;
}

/** How many requests may be under way at once from now on. */
export interface PaceEvent {
  type: 'pace';
  atOnce: number;
}

/**
 * The last event. `finished`: every input has its answer or its failure. `paused`: as asked. `stopped`: going on makes no
 * sense until somebody did something, and `failure` says what. `cancelled`: requests under way were broken off.
 */
export interface EndEvent {
  type: 'end';
  reason: 'finished' | 'paused' | 'stopped' | 'cancelled';
  failure: LlmFailure | null;
}

/** What happens while a job runs. */
export type RunEvent<Input, Value, Reason extends string = string> = AnswerEvent<Input, Value, Reason> | FailureEvent<Input> | MissEvent | PaceEvent | EndEvent;
