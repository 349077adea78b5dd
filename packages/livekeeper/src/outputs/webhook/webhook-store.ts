import type { DeadLetter, RoomProgress, Webhook } from "./webhook.ts";

/** A webhook with its sealed secret. */
export interface StoredWebhook {
	webhook: Webhook;
	sealedSecret: Uint8Array;
}

/** What of webhooks outlives the process. Every method is one transaction, durable when it returns; it throws else. */
export interface WebhookStore {
	/** In the order in which they were added. */
	list(): StoredWebhook[];
	get(id: string): StoredWebhook | undefined;
	/** Adds a webhook, and where it begins in the rooms there are. */
	add(stored: StoredWebhook, progress: readonly RoomProgress[]): void;
	/** Replaces a webhook. Rooms in `forget` are dropped with their dead letters, those in `progress` set. */
	replace(stored: StoredWebhook, progress: readonly RoomProgress[], forget: readonly string[]): void;
	/** @returns whether it existed */
	remove(id: string): boolean;

	progress(id: string): RoomProgress[];
	saveProgress(id: string, progress: RoomProgress): void;
	/** Moves on past a batch and keeps it as a dead letter; the oldest ones give way beyond the store's bound. */
	bury(id: string, letter: DeadLetter, progress: RoomProgress): void;

	/** Newest first. */
	deadLetters(id: string, query: { limit: number; before?: number | undefined }): DeadLetterPage;
	deadLetter(id: string, deliveryId: string): DeadLetter | undefined;
	deadLetterCounts(id: string): DeadLetterCounts;
	/** The oldest one of a room that is queued to be sent again. */
	nextQueued(id: string, liveId: string): DeadLetter | undefined;
	queueLetter(id: string, deliveryId: string): void;
	/** Queues all. @returns how many there are, and their rooms */
	queueAllLetters(id: string): { count: number; liveIds: string[] };
	/** Back on the list after another failure. */
	unqueueLetter(id: string, letter: DeadLetter): void;
	removeLetter(id: string, deliveryId: string): void;
}

export interface DeadLetterPage {
	letters: DeadLetter[];
	/** Ask for older ones with this as `before`; `undefined`: no more. */
	nextBefore: number | undefined;
}

export interface DeadLetterCounts {
	kept: number;
	/** Gave way to newer ones. */
	dropped: number;
}
