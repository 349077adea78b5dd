import { readdirSync } from "node:fs";

/**
 * Runs long trials that prove a promise rather than measure: each ends with status 1 if the promise was broken.
 *
 *   npm run trial -- kill --rooms 50 --kills 30
 */
const names = readdirSync(new URL("./trials/", import.meta.url)).flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);
const [name = ""] = process.argv.splice(2, 1);
if (names.includes(name)) await import(`./trials/${name}.ts`);
else {
	console.error(`${name === "" ? "No trial is named." : `There is no trial ${name}.`} Trials: ${names.join(", ")}.`);
	process.exitCode = 2;
}
