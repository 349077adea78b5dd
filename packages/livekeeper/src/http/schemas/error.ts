import { z } from "zod";

/** Body of every refused or failed request. */
export const errorBody = z
	.object({
		success: z.literal(false),
		error: z.object({
			code: z.string().describe("stable; for programs (the manual lists them)"),
			message: z.string().describe("what went wrong; for people"),
			hint: z.string().describe("what to do about it"),
		}),
	})
	.meta({ id: "Error" });

/**
 * Documents the same error body for each of the given HTTP statuses. A route lists only its own: those of its checks are
 * added to every route (`server.ts`).
 */
export function errorReplies<Status extends number>(...statuses: Status[]): Record<Status, typeof errorBody> {
	return Object.fromEntries(statuses.map((status) => [status, errorBody])) as Record<Status, typeof errorBody>;
}
