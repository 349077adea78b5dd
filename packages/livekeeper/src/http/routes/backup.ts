import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

/** `POST /api/v1/backup`: a consistent copy of all stored data, as a file. `GET`: its progress. */
export function backupRoutes(app: App, { backups, keyFile }: RouteDeps): void {
	app.post(
		"/api/v1/backup",
		{
			schema: {
				operationId: "makeBackup",
				summary: "Back up all stored data as one file",
				description: "The service keeps running meanwhile. The key that cookies are encrypted with is not included.",
				tags: ["service"],
				response: { 200: z.any().describe("the file"), ...errorReplies(401, 409, 429, 500, 503) },
			},
		},
		async (_request, reply) => {
			const { body, bytes, fileName } = await backups.make();
			reply
				.header("content-type", "application/vnd.sqlite3")
				.header("content-disposition", `attachment; filename="${fileName}"`)
				.header("content-length", bytes)
				.header("cache-control", "no-store");
			if (keyFile) {
				reply.header("x-livekeeper-key-file", encodeURIComponent(keyFile.path));
				reply.header("x-livekeeper-key-check", keyFile.check);
			}
			return reply.send(body);
		},
	);
	app.get(
		"/api/v1/backup",
		{
			schema: {
				operationId: "getBackupProgress",
				summary: "Progress of the running backup",
				tags: ["service"],
				response: {
					200: z.object({
						success: z.literal(true),
						progress: z
							.object({ copied: z.number().describe("bytes"), total: z.number().describe("bytes") })
							.nullable()
							.describe("null while no backup is running"),
					}),
					...errorReplies(401, 429, 503),
				},
			},
		},
		async () => ({ success: true as const, progress: (await backups.progress()) ?? null }),
	);
}
