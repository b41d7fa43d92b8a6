// Entry of every `npm run` command. Nothing is imported before the version is known: an older Node shall get a sentence, not
// a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed to begin with; this is ${process.version}. The Node 24 that everything runs on is then installed by npm.`);
  process.exit(1);
}
const { main } = await import('./bootstrap/main.mjs');
process.exitCode = await main(process.argv.slice(2));
