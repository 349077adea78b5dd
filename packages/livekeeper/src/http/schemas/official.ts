import { officialTypes } from "@livekeeper/douyin";
import { z } from "zod";
import { checkTexts } from "../../text/index.ts";

/** Printable and without spaces, as the platform's console shows it. */
const secret = z
	.string()
	.max(256)
	.regex(/^[\x21-\x7e]+$/, checkTexts.officialSecret.en);

const type = z.enum(officialTypes);

/** An app of the open platform. Its secrets are never returned in any response. */
export const officialOptions = z
	.strictObject({
		app_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, checkTexts.officialApp.en),
		secret: secret.describe("the app's secret, used to obtain access tokens"),
		callback_secrets: z
			.partialRecord(type, secret)
			.optional()
			.describe("secrets that sign the callbacks of each kind; default the app's secret"),
		types: z.array(type).min(1).max(officialTypes.length).optional().describe("what is pushed; default only live_gift"),
	})
	.transform(({ app_id: appId, secret: appSecret, callback_secrets: callbackSecrets, types }) => {
		return { appId, secret: appSecret, callbackSecrets, types: types && [...new Set(types)] };
	});
