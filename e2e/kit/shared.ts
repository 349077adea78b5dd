import { afterAll, afterEach, beforeAll } from "vitest";
import { closePages } from "./browser.ts";

/** Shares what `begin` creates and `end` removes among a file's tests: a browser, a simulator, a service. */
export function sharedByAll(begin: () => Promise<void>, end: () => Promise<void>): void {
	beforeAll(begin);
	afterEach(closePages);
	afterAll(end);
}
