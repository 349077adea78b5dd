import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import type { MailMessage } from "../transports/out-message.ts";
import { addressSetting, definePreset, readerSettings, secret, secretSetting } from "./preset.ts";
import { bytes, clip, pack, units, wordsOf } from "./words.ts";

const maxSubjectUnits = 100;
const maxTextBytes = 200_000;

const mailbox = z
	.string()
	.max(254)
	.regex(/^[^\s@<>()[\]",;:\\]{1,64}@[\p{L}\p{N}.-]+$/u, checkTexts.mailbox.en);

/** Plain e-mail, through the SMTP server of the sender's provider. */
export const mail = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: addressSetting
			.regex(/^smtps?:\/\/[^/?#]+\/?$/i, checkTexts.mailServer.en)
			.describe("the sender's SMTP server: smtps://host:465 with TLS, or smtp://host:587, which starts TLS"),
		username: z.string().min(1).max(254).optional().describe("the mailbox's user name, usually its address"),
		password: secret(
			secretSetting
				.optional()
				.describe("its password; many providers require one made for programs (授权码, app password)"),
		),
		from: mailbox.describe("the sender's address"),
		to: mailbox.describe("the recipient's address"),
		plain: z
			.boolean()
			.default(false)
			.describe("with smtp://, never start TLS: for a server on your own network; default false"),
		...readerSettings,
	}),
	// Providers accept a few a minute from a mailbox, and document no number.
	limits: { perMinute: 6, maxEvents: 500 },
	address: ({ url }) => url,
	messages(delivery, settings) {
		const { url, username, password, plain, from, to } = settings;
		const { title, headline, lines } = wordsOf(delivery, settings);
		return pack(lines, maxTextBytes, bytes).map((text, n): MailMessage => {
			const subject = clip(headline, maxSubjectUnits, units);
			const whole = `${title}\n\n${text}`;
			return {
				shows: { title: subject, text: whole },
				...{ via: "mail", server: { url, username, password, plain }, from, to },
				...{ subject, text: `${whole}\n` },
				// A repeat has the same id, which lets mailboxes detect duplicates.
				...{ id: `${delivery.deliveryId}.${n + 1}@${from.slice(from.lastIndexOf("@") + 1)}`, at: delivery.now },
			};
		});
	},
});
