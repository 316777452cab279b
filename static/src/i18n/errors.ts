// What went wrong, by the server's stable problem code; the server's own text is the last resort.
import { Problem, Unreachable } from "../api/problem";
import { fill, type Language, language, type Values } from "./language";

const TEXTS: Record<string, Record<Language, string>> = {
  unreachable: {
    zh: "连不上服务器,请检查网络后再试。",
    en: "The server cannot be reached. Check the network and try again.",
  },
  unexpected: { zh: "服务器出错了({status})。", en: "The server failed ({status})." },
  bad_credentials: { zh: "登录名、密码或 PIN 不对。", en: "Login, password or PIN is wrong." },
  snapshot_being_made: {
    zh: "服务器正在准备数据,马上就好。",
    en: "The server is getting the data ready. It goes on in a moment.",
  },
  too_many_attempts: {
    zh: "试得太多了,请 {retry_after_s} 秒后再试。",
    en: "Too many tries. Try again in {retry_after_s} s.",
  },
  pin_disabled: {
    zh: "这个 PIN 在本设备上已停用,请主管重新设置。",
    en: "This PIN is disabled on this device. Ask a supervisor to set a new one.",
  },
  https_required: { zh: "需要 HTTPS 才能继续。", en: "HTTPS is needed to go on." },
  cross_site: { zh: "请求来自别的网站,已拒绝。", en: "The request came from another site and was refused." },
  enrolment_invalid: {
    zh: "注册码不对、已用过或已过期(10 分钟)。请主管再给一个。",
    en: "The code is wrong, used or expired (10 minutes). Ask a supervisor for a new one.",
  },
  sign_in_required: { zh: "请先登录。", en: "Please sign in first." },
  unauthorized: { zh: "请先登录。", en: "Please sign in first." },
  forbidden: { zh: "你没有做这件事的权限。", en: "You may not do this." },
  role_too_low: { zh: "你的角色不能做这件事。", en: "Your role may not do this." },
  not_signed_in: { zh: "请先登录。", en: "Please sign in first." },
  device_revoked: { zh: "这台设备已被停用。", en: "This device was revoked." },
  device_mismatch: { zh: "这个浏览器属于另一台设备。", en: "This browser belongs to another device." },
  changed_meanwhile: {
    zh: "别人刚改过,请重新加载后再试。",
    en: "Somebody changed this just now. Load it again and retry.",
  },
  code_taken: { zh: "这个代码已经有了。", en: "This code is taken." },
  name_taken: { zh: "这个名称已经有了。", en: "This name is taken." },
  sku_taken: { zh: "这个货号已经有了。", en: "This SKU is taken." },
  not_found: { zh: "没有找到。", en: "Not found." },
  conflict: { zh: "别人刚改过,请重新加载后再试。", en: "Somebody changed this just now. Load it again and retry." },
  version_stale: {
    zh: "这一行刚刚变了,请看过新数字再决定。",
    en: "This line has just changed. Look at the new figures and decide again.",
  },
  source_key_reused: {
    zh: "这个单据号已经用过,内容不同。",
    en: "This document number was used before with other content.",
  },
  invalid: { zh: "有些内容不对,见下面标出的地方。", en: "Some entries are wrong; see the marks below." },
  validation_failed: { zh: "有些内容不对,见下面标出的地方。", en: "Some entries are wrong; see the marks below." },
  import_failed: { zh: "文件有错误,什么都没有导入。", en: "The file has errors; nothing was imported." },
  bad_signature: {
    zh: "服务器不认识本设备的签名,请重新注册。",
    en: "The server does not accept this device's signature. Enrol it again.",
  },
  device_unknown: {
    zh: "服务器不认识这台设备,请重新注册。记录都还在。",
    en: "The server does not know this device. Enrol it again; every record is kept.",
  },
};

/** A text for a problem code; `undefined` where the code has no translation. */
export function problemText(code: string, values: Values = {}): string | undefined {
  const texts = TEXTS[code];
  return texts ? fill(texts[language.value], values) : undefined;
}

/** Add the texts of an area's own problem codes (the desk's decisions, imports, posting …). */
export function addProblemTexts(texts: Record<string, Record<Language, string>>): void {
  Object.assign(TEXTS, texts);
}

/** One sentence for anything that was thrown by a call to the server. */
export function errorText(error: unknown): string {
  if (error instanceof Unreachable) return problemText("unreachable") ?? "";
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  const values: Values = { status: error.status };
  for (const [key, value] of Object.entries(error.data)) {
    if (typeof value === "string" || typeof value === "number") values[key] = value;
  }
  return problemText(error.code, values) ?? (error.detail || error.title || (problemText("unexpected", values) ?? ""));
}
