import type { RoomChange, RoomOptions } from "@livekeeper/base/room-options";
import { checkTexts } from "@livekeeper/base/text";
import { officialTypes } from "@livekeeper/douyin";
import { z } from "zod";
import { identity, identityName } from "./identity.ts";

/** Printable and without spaces, as the platform's console shows it. */
const secret = z
	.string()
	.max(256)
	.regex(/^[\x21-\x7e]+$/, checkTexts.officialSecret.en);

const type = z.enum(officialTypes);

/** An app of the open platform. Its secrets are never returned in any response. */
const officialOptions = z
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

const pinned = z
	.boolean()
	.describe("whether the room connects before those that are not pinned when connections are scarce");

const session = z.strictObject({ ...identity.shape, identity: identityName.optional() }).meta({ id: "FurtherSession" });

/** Options of one room that the user can set. */
export const roomOptions = z
	.strictObject({
		...identity.shape,
		identity: identityName.optional().describe("a saved login that rooms share, instead of cookie and proxy"),
		pinned: pinned.optional(),
		raw: z.boolean().optional().describe("whether Douyin's raw data is stored with the events; default false"),
		redundancy: z.int().min(1).max(3).optional().describe("number of parallel connections; default 1"),
		official: officialOptions
			.nullish()
			.describe("the app that has the room's data pushed by the open platform; null: none"),
		sessions: z
			.array(session)
			.max(2)
			.optional()
			.describe("login and proxy of the connections after the first; fields left out are those of the first"),
	})
	.meta({ id: "RoomOptions" }) satisfies z.ZodType<RoomOptions>;

/** Changes to a room's options. */
export const roomChange = roomOptions
	.extend({
		identity: identityName
			.nullish()
			.describe(
				"a saved login that rooms share, instead of cookie and proxy; null: as for rooms without one of their own",
			),
	})
	.meta({ id: "RoomChange" }) satisfies z.ZodType<RoomChange>;
