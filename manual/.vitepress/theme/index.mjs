import { useData } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { h } from "vue";
import { texts } from "../texts.mjs";
import "./style.css";

/** Out of the manual: VitePress follows no link that says where it opens, and adds nothing to its address. */
const ServiceLinks = {
	setup() {
		const { lang } = useData();
		return () => {
			const language = lang.value === "en" ? "en" : "zh";
			const { rooms, api } = texts[language].service;
			const link = (href, text) => h("a", { href, target: "_self" }, text);
			return h("div", { class: "service-links" }, [link("/", rooms), link(`/docs?lang=${language}`, api)]);
		};
	},
};

export default {
	extends: DefaultTheme,
	Layout: () =>
		h(DefaultTheme.Layout, null, {
			"nav-bar-content-before": () => h(ServiceLinks),
			"nav-screen-content-after": () => h(ServiceLinks),
		}),
};
