import { bark } from "./bark.ts";
import { dingtalk } from "./dingtalk.ts";
import { feishu } from "./feishu.ts";
import { json } from "./json.ts";
import type { Preset } from "./preset.ts";
import { serverchan } from "./serverchan.ts";
import { telegram } from "./telegram.ts";
import { wecom } from "./wecom.ts";

export const presetNames = ["json", "dingtalk", "feishu", "wecom", "telegram", "bark", "serverchan"] as const;

export type PresetName = (typeof presetNames)[number];

/** Every preset under its name. What `settings` has parsed is what the others take. */
export const presets: Readonly<Record<PresetName, Preset<unknown>>> = {
	json,
	dingtalk,
	feishu,
	wecom,
	telegram,
	bark,
	serverchan,
};
