type Release = () => void | Promise<void>;

/** Stops started parts in the reverse order. */
export class Releasers {
	readonly #releases: Release[] = [];
	#running: Promise<void> | undefined;

	add(release: Release): void {
		this.#releases.push(release);
	}

	/**
	 * Releases everything, newest first; a failure doesn't keep the others from it. A second call waits for the same run.
	 */
	run(): Promise<void> {
		this.#running ??= this.#run();
		return this.#running;
	}

	async #run(): Promise<void> {
		const failures: unknown[] = [];
		for (let release = this.#releases.pop(); release; release = this.#releases.pop()) {
			try {
				await release();
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) throw new AggregateError(failures, "Some parts of the service didn't stop cleanly");
	}
}
