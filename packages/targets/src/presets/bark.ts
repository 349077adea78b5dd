import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import {
	definePreset,
	pictureOf,
	readerSettings,
	secret,
	secretSetting,
	serverOf,
	type Verdict,
	webAddress,
} from "./preset.ts";
import { clip, goJsonBytes, pack, wordsOf } from "./words.ts";

/** Maximum length of a title, bytes. Apple accepts 4 KB for a whole notification, as the server writes it in Go. */
const maxTitleBytes = 200;
const maxBodyBytes = 3_000;

/** Bark: notifications on an iPhone. */
export const bark = definePreset({
	forPeople: true,
	settings: z.strictObject({
		key: secret(secretSetting.describe("the device key: the part after the server in the address that the app shows")),
		server: webAddress.optional().describe("a Bark server of your own; default https://api.day.app"),
		group: z.string().min(1).max(60).optional().describe("name under which the phone groups them; default livekeeper"),
		...readerSettings,
	}),
	limits: { maxEvents: 30 },
	address: ({ server }) => `${serverOf(server, "https://api.day.app")}/push`,
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const picture = pictureOf(delivery.room);
		return pack(lines, maxBodyBytes, goJsonBytes).map((body) => {
			const shown = clip(title, maxTitleBytes, goJsonBytes);
			const group = settings.group ?? "livekeeper";
			const content = { device_key: settings.key, title: shown, body, group, ...(picture && { icon: picture }) };
			return postJson(this.address(settings), content, { shows: { title: shown, text: body, picture } });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (typeof object?.["code"] !== "number") return unintelligible(answer);
	const { code, message } = object;
	if (code === 200) return { ok: true };
	const words = `${code} ${message}`;
	if (/device (token|key)|BadDeviceToken|Unregistered/i.test(words)) return refused("receiver_key", words);
	if (/PayloadTooLarge/i.test(words)) return refused("receiver_content", words, { gone: true });
	return refused(code === 429 ? "receiver_rate_limited" : "receiver_refused", words);
}
