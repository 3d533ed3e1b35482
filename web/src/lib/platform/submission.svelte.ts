import { ApiProblem } from './api.ts';
import { describeFailure } from './describe-failure.ts';
import type { I18n } from './i18n.ts';

/** One form's sending: whether it is busy, and what the API found wrong with which field. */
export class Submission {
  isBusy = $state(false);
  problem = $state('');
  fields = $state.raw<Record<string, string[]>>({});

  constructor(private readonly i18n: I18n) {}

  /** Runs the work and tells whether it succeeded. */
  async run(work: () => Promise<void>): Promise<boolean> {
    this.isBusy = true;
    this.problem = '';
    this.fields = {};
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = describeFailure(error, this.i18n);
      if (error instanceof ApiProblem) this.fields = error.fields;
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
