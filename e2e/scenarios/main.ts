// Plays a scenario on what `npm start` runs: `npm run scenario -- <name>`. What it takes: cli/options.ts.
import './libraries.ts';

const { main } = await import('./cli/cli.ts');
process.exit(await main(process.argv.slice(2)));
