/** @returns a function that resolves after a delay in ms, or when the signal aborts */
export function pauseOf(signal: AbortSignal): (delayMs: number) => Promise<void> {
	return (delayMs) =>
		new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", done);
				resolve();
			};
			const timer = setTimeout(done, delayMs);
			signal.addEventListener("abort", done, { once: true });
			if (signal.aborted) done();
		});
}
