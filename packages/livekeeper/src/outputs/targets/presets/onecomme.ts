import { z } from "zod";
import { factsOf, isComment, withoutTags } from "./facts.ts";
import { postJson } from "./post-json.ts";
import type { Preset } from "./preset.ts";
import { languageSetting, webAddress } from "./settings.ts";

interface OneCommeSettings {
	url?: string | undefined;
	service_id: string;
	language: "zh" | "en";
}

/** OneComme (わんコメ) on this machine: what people say and give, as comments. */
export const onecomme: Preset<OneCommeSettings> = {
	name: "onecomme",
	settings: z.strictObject({
		url: webAddress.optional().describe("its API; default http://127.0.0.1:11180/api/comments"),
		service_id: z.string().min(1).max(200).describe("the id of the connection (枠) in OneComme"),
		language: languageSetting,
	}),
	secrets: [],
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "http://127.0.0.1:11180/api/comments",
	messages(delivery, settings) {
		const comments = factsOf(delivery, settings.language).filter(isComment);
		return comments.map(({ id, at, user, user_id: userId, avatar, text, gift, live_id: liveId }) => {
			const name = withoutTags(user);
			const comment = {
				id,
				service: "external",
				name: "livekeeper",
				data: {
					...{ id, userId, liveId, name, displayName: name, profileImage: avatar, hasGift: gift !== undefined },
					...{ isOwner: false, timestamp: new Date(at).toISOString(), comment: withoutTags(text) },
				},
			};
			return postJson(onecomme.address(settings), { service: { id: settings.service_id }, comment });
		});
	},
};
