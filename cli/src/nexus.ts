import { Command } from 'commander';
import { add } from './archive/add.ts';
import { models } from './archive/models.ts';
import { exportCommand, importCommand } from './archive/transfers.ts';
import { watch } from './archive/watch.ts';
import { accountsCommand } from './listening/accounts.ts';
import { campaignsCommand } from './listening/campaigns.ts';
import { opportunitiesCommand } from './listening/opportunities.ts';
import { runsCommand } from './listening/runs.ts';

import { twitterSearchCommand } from './listening/twitter-search.ts';
import { xCommand } from './listening/x.ts';
import { reportFailure } from './platform/report-failure.ts';
import { doctor } from './platform/doctor.ts';
import { login } from './platform/login.ts';
import { setup } from './platform/setup.ts';

/** `nexus`: progress goes to standard error, results to standard output, failures to the exit code. */
const program = new Command('nexus')
  .description('Keep, transcribe and search your recordings, pages and texts. Start the server with: npm start')
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: true });

for (const command of [
  setup,
  login,
  doctor,
  add,
  watch,
  exportCommand,
  importCommand,
  models,
  campaignsCommand,
  runsCommand,
  opportunitiesCommand,
  accountsCommand,
  twitterSearchCommand,
  xCommand,
])
  program.addCommand(command());

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
