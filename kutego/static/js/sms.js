/* The size of an SMS (GSM 03.38): 160 characters of its alphabet alone or 153 in parts, else 70 or 67. */

const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("\f^{}\\[~]|€");

export function size(text) {
  const chars = [...text];
  const gsm = chars.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const units = chars.map((c) => (gsm ? 1 + EXTENDED.has(c) : c.length));
  const length = units.reduce((sum, unit) => sum + unit, 0);
  const [alone, part] = gsm ? [160, 153] : [70, 67];
  if (length <= alone) return { length, parts: length ? 1 : 0, room: alone };
  let parts = 1;
  let used = 0;
  for (const unit of units) {
    if (used + unit > part) { parts += 1; used = 0; }
    used += unit;
  }
  return { length, parts, room: part * parts };
}

export default function count(box) {
  const line = Object.assign(document.createElement("small"), { className: "form-text num", role: "status" });
  const price = Number(box.dataset.sms);
  const euro = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR", maximumFractionDigits: 4 });
  const show = () => {
    const { length, parts, room } = size(box.value.replaceAll("\r\n", "\n").trim());
    line.textContent = `${length} von ${room} Zeichen, ${parts} SMS, ${euro.format(price * parts)} je Empfänger`;
  };
  box.after(line);
  box.addEventListener("input", show);
  show();
}
