export { installationOf, pointStarters, startAgain, untilRestarted, update, watchStarter } from "./installation.ts";
export { publicKeyOf } from "./manifest.ts";
export { type UpdateView, UpdateWatch } from "./update-watch.ts";
