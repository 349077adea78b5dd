import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { closePages } from "./browser.ts";

/**
 * For tests that share what `begin` makes and `end` takes away: what a failed try has left of it is nothing to try again
 * with, so a second one makes it again.
 */
export function sharedByAll(begin: () => Promise<void>, end: () => Promise<void>): void {
	beforeAll(begin);
	beforeEach(async ({ task }) => {
		if ((task.result?.retryCount ?? 0) === 0) return;
		await end();
		await begin();
	});
	afterEach(closePages);
	afterAll(end);
}
