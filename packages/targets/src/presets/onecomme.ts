import { z } from "zod";
import { factsOf, isComment, withoutTags } from "./facts.ts";
import { postJson } from "./post.ts";
import { definePreset, languageSetting, webAddress } from "./preset.ts";

/**
 * OneComme (わんコメ) on this machine: chat and gifts as comments. A posted comment is flat, as in the types of its package
 * `@onecomme.com/onesdk`; `data` exists only in what it sends. A comment without `userId` and `comment` is not shown.
 */
export const onecomme = definePreset({
	settings: z.strictObject({
		url: webAddress.optional().describe("its API; default http://127.0.0.1:11180/api/comments"),
		service_id: z.string().min(1).max(200).describe("the id of the connection (枠) in OneComme"),
		language: languageSetting,
	}),
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "http://127.0.0.1:11180/api/comments",
	messages(delivery, settings) {
		return factsOf(delivery, settings.language).flatMap((fact) => {
			const { id, at, user_id, avatar, gift } = fact;
			const [name, text] = [withoutTags(fact.user), withoutTags(fact.text)];
			if (!isComment(fact) || !text) return [];
			const comment = {
				...{ id, userId: user_id || name || "livekeeper", name, displayName: name, profileImage: avatar, badges: [] },
				...{ hasGift: gift !== undefined, isOwner: false, timestamp: new Date(at).toISOString(), comment: text },
			};
			return postJson(this.address(settings), { service: { id: settings.service_id }, comment });
		});
	},
});
