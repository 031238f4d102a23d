/** A run that cannot start or go on: what is wrong, and what the user can do about it. */
export class TrainingError extends Error {
  override name = 'TrainingError';
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}
