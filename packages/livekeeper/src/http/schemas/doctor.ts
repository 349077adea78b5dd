import { z } from "zod";
import { identityName } from "./identity.ts";
import { liveIdInput } from "./live-id.ts";

export const doctorQuestion = z
	.strictObject({
		live_id: liveIdInput.optional().describe("left out: a room that uses the login, or one of the service's rooms"),
		identity: identityName.optional().describe("the login to check with, instead of the room's own"),
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
		took_ms: z.number().nullable().describe("only for steps that were tried"),
	})
	.meta({ id: "DoctorStep" });

export const doctorEnd = z
	.object({
		end: z.literal(true),
		live_id: z.string().nullable().describe("the room that was checked; null if there was none"),
		ok: z.boolean().nullable().describe("whether it can stay connected; null if none was checked"),
	})
	.meta({ id: "DoctorEnd" });

export type WireDoctorStep = z.output<typeof doctorStep>;
export type WireDoctorEnd = z.output<typeof doctorEnd>;
