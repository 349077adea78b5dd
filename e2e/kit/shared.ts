import { afterAll, afterEach, beforeAll } from "vitest";
import { closePages } from "./browser.ts";

/** For a file's tests that share what `begin` makes and `end` takes away: a browser, a simulator, a service. */
export function sharedByAll(begin: () => Promise<void>, end: () => Promise<void>): void {
	beforeAll(begin);
	afterEach(closePages);
	afterAll(end);
}
