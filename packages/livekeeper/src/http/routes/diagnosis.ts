import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { goneSignal } from "../gone-signal.ts";
import { errorReplies } from "../schemas/error.ts";

const question = z
	.object({
		doctor: z
			.boolean()
			.default(true)
			.describe("whether to try the way to a room, which visits Douyin once and takes up to a minute"),
		keep_room_numbers: z.boolean().default(false).describe("false: rooms are called room-1, room-2 …"),
	})
	.nullish();

const answer = z
	.object({
		success: z.literal(true),
		file_name: z.string().describe("a name for the archive"),
		files: z.array(
			z.object({ name: z.string(), about: z.string().describe("what it holds, for people"), text: z.string() }),
		),
		zip: z.string().describe("the same files as one ZIP archive, base64"),
	})
	.meta({ id: "DiagnosisBundle" });

/** `POST /api/v1/diagnosis`: what explains a problem, without secrets, addresses, names and texts. */
export function diagnosisRoute(app: App, { diagnosis }: Pick<RouteDeps, "diagnosis">): void {
	app.post(
		"/api/v1/diagnosis",
		{
			schema: {
				operationId: "diagnose",
				summary: "Collect what explains a problem, to be sent to someone who helps",
				description:
					"Numbers, times and codes only: no secret, address, name or message is copied. Bundles are made one at a time.",
				tags: ["service"],
				body: question,
				response: { 200: answer, ...errorReplies(400, 401, 413, 415, 429, 500) },
			},
		},
		async (request, reply) => {
			const { doctor = true, keep_room_numbers: keepRooms = false } = request.body ?? {};
			const asked = { doctor, keepRooms, language: languageOf(request) };
			const { fileName, files, zip } = await diagnosis.make(asked, goneSignal(reply));
			reply.header("cache-control", "no-store");
			return { success: true as const, file_name: fileName, files, zip: zip.toString("base64") };
		},
	);
}
