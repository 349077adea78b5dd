import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { refused } from "./answer.ts";
import { checkTemplate, render, TemplateError } from "./liquid.ts";
import { definePreset } from "./preset.ts";
import { samplesOf } from "./samples.ts";
import { readerSettings, secret, webAddress } from "./settings.ts";

/** Headers that define the connection, which a template cannot set. */
const ownHeaders = /^(host|connection|content-length|content-type|transfer-encoding|upgrade|te|trailer|expect)$/i;

/** A request whose body is rendered from a Liquid template, for receivers without a preset of their own. */
export const template = definePreset({
	settings: z.strictObject({
		url: webAddress.describe("where the body is POSTed; http or https"),
		template: z.string().min(1).max(10_000).describe("a Liquid template of the request's body"),
		content_type: z
			.string()
			.regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w.+=-]+)*$/, checkTexts.contentType.en)
			.default("application/json")
			.describe("the body's content type; default application/json, which is checked"),
		headers: secret(
			z
				.record(
					z
						.string()
						.regex(/^[\w-]{1,64}$/, checkTexts.headerName.en)
						.refine((name) => !ownHeaders.test(name), checkTexts.headerName.en),
					z.string().regex(/^[\x20-\x7e]{0,1024}$/, checkTexts.headerValue.en),
				)
				.optional()
				.describe("headers of the request, such as Authorization"),
		),
		...readerSettings,
	}),
	address: ({ url }) => url,
	check: (settings, filter) => {
		const text = checkTemplate(settings, samplesOf(filter));
		return text && { setting: "template", text };
	},
	messages(delivery, settings) {
		const { url, headers, content_type } = settings;
		try {
			const text = render(delivery, settings);
			// The template has nothing to say about these events.
			if (text.trim() === "") return [];
			const body = Buffer.from(text);
			return [{ via: "http", url, headers: { ...headers, "content-type": content_type }, body }];
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			return [{ via: "nothing", why: refused("template_failed", error.message, { gone: error.isFinal }) }];
		}
	},
});
