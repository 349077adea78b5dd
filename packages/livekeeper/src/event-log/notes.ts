/** Small things that are remembered under a name, as JSON, across restarts. No secrets: they are not sealed. */
export interface Notes {
	/** `undefined` for a name that is not known. */
	get(name: string): Promise<unknown>;
	/**
	 * Keeps `value` in place of what was there.
	 * @throws TypeError for what can't become JSON; LivekeeperError `storage_failing` when it can't be stored
	 */
	put(name: string, value: unknown): Promise<void>;
	/** Forgets what is kept under the name, if anything is. @throws LivekeeperError `storage_failing` */
	remove(name: string): Promise<void>;
}
