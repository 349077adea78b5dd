import { LivekeeperApiError } from "@livekeeper/client";

/**
 * Returns the service's message about a refusal: what happened, and what to do.
 * @throws any other error
 */
export function wordsOf(error: unknown): string {
	if (!(error instanceof LivekeeperApiError)) throw error;
	return [error.message, error.hint].filter(Boolean).join(" ");
}
