import { beforeEach } from "vitest";

/** For files whose tests share what `beforeAll` made: what a failed try has left of it is nothing to try again with. */
export function onSecondTry(beginAnew: () => Promise<void>): void {
	beforeEach(async ({ task }) => {
		if ((task.result?.retryCount ?? 0) > 0) await beginAnew();
	});
}
