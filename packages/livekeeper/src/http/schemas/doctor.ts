import { z } from "zod";
import { identityName } from "./identity.ts";
import { liveIdInput } from "./live-id.ts";

export const doctorQuestion = z
	.strictObject({
		live_id: liveIdInput.optional().describe("left out: a room of the identity, or one that the service keeps"),
		identity: identityName.optional().describe("the identity to try, instead of the one that the room uses"),
	})
	.nullish();

export const doctorStep = z
	.object({
		name: z.enum([
			"service",
			"storage",
			"nats",
			"upstream",
			"identity",
			"room",
			"cookie",
			"page",
			"login",
			"im_fetch",
			"socket",
		]),
		ok: z.boolean().nullable().describe("null: neither good nor bad"),
		detail: z.string().describe("what was found, for people"),
		hint: z.string().nullable().describe("what to do about it"),
		took_ms: z.number().nullable().describe("only of what was tried"),
	})
	.meta({ id: "DoctorStep" });

export const doctorEnd = z
	.object({
		end: z.literal(true),
		live_id: z.string().nullable().describe("the room that was tried; null where there was none to try"),
		ok: z.boolean().nullable().describe("whether it can be kept; null where none was tried"),
	})
	.meta({ id: "DoctorEnd" });

export type WireDoctorStep = z.output<typeof doctorStep>;
export type WireDoctorEnd = z.output<typeof doctorEnd>;
