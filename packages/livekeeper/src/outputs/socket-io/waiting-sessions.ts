/**
 * Sessions that have not been let in. A browser can give its key only once it has a session, so everyone who reaches us
 * gets one; past this many the oldest makes room, so that no crowd of strangers keeps out who knows the key.
 */
export const mostWaiting = 500;

export class WaitingSessions {
	readonly #sessions = new Set<{ cut(): void }>();

	/** @returns whether the oldest was cut for it */
	add(session: { cut(): void }): boolean {
		this.#sessions.add(session);
		const [oldest] = this.#sessions;
		if (!oldest || this.#sessions.size <= mostWaiting) return false;
		this.#sessions.delete(oldest);
		oldest.cut();
		return true;
	}

	/** It was let in, or has gone. */
	delete(session: { cut(): void }): void {
		this.#sessions.delete(session);
	}
}
