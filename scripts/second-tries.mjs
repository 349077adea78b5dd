import { appendFileSync } from "node:fs";

/** Characters of an error that are kept: a report of a whole run may be the error. */
const longestWhy = 4_000;

/** A reporter for vitest: writes down each test that failed at first and passed when it was tried again. */
export default class SecondTries {
	/** Set by vitest-run.mjs: one line for each such test. */
	#file = process.env.SECOND_TRIES_FILE;

	onTestCaseResult(test) {
		if (!test.diagnostic()?.flaky) return;
		const [error] = test.result().errors ?? [];
		const why = error?.message.replaceAll(/\s+/g, " ").slice(0, longestWhy) ?? "no error was kept";
		const line = `${test.module.relativeModuleId}: ${test.fullName} (at first: ${why})`;
		if (this.#file) appendFileSync(this.#file, `${line}\n`);
		else console.log(`Passed only at a second try: ${line}`);
	}
}
