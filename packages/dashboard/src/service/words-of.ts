import { LivekeeperApiError } from "@livekeeper/client";

/** What the service says about a refusal: what happened, and what to do. @throws what is no refusal */
export function wordsOf(error: unknown): string {
	if (!(error instanceof LivekeeperApiError)) throw error;
	return [error.message, error.hint].filter(Boolean).join(" ");
}
