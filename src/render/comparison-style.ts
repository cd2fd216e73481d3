/** How the page of a comparison looks. */

import { wordsStyle } from './words.ts'

/** CSS; maps are enlarged without smoothing unless that is asked for. */
export function comparisonStyle(isSmooth: boolean): string {
  return `:root{color-scheme:light dark;--ink:#1c1c1e;--soft:#62666d;--line:#dcdee2;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e9eaec;--soft:#a2a7af;--line:#383c43;--ground:#16181c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem clamp(.75rem,3vw,2.5rem) 3rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
h1{font-size:1.4rem;margin:0}
header p{margin:.1rem 0 1rem;color:var(--soft);overflow-wrap:anywhere}
fieldset{border:0;padding:0;margin:0 0 1rem;display:flex;gap:1rem;flex-wrap:wrap}
legend{float:left;padding:0;color:var(--soft)}
label{cursor:pointer}
.legend{color:var(--soft);font-size:.85rem}
.legend span,.legend svg{display:block}
.legend svg{max-width:100%;margin-top:.3rem}
section{border-top:1px solid var(--line);margin-top:1.25rem;padding-top:.9rem}
h2{font-size:1rem;margin:0 0 .75rem;overflow-wrap:anywhere}
h2 small{font-weight:400;font-size:.85rem;color:var(--soft);margin-left:.5rem}
.cells{display:flex;flex-wrap:wrap;gap:1.1rem}
figure{margin:0;width:max(calc(var(--w)*1px),8.5rem);max-width:100%}
figcaption{font-size:.8rem;line-height:1.4;margin-top:.35rem;color:var(--soft)}
figcaption b,dt b{color:var(--ink);font-weight:600}
.map{position:relative;width:calc(var(--w)*1px);max-width:100%;aspect-ratio:var(--w)/var(--h);background:#dfdfdf}
.map img,.map .under,.map .lines{position:absolute;inset:0;width:100%;height:100%;image-rendering:${isSmooth ? 'auto' : 'pixelated'}}
.under{background:var(--input) 0 0/100% 100%;filter:grayscale(1);opacity:.6}
.under,.over{display:none}
:root:has(#view-overlay:checked) :is(.under,.over){display:block}
:root:has(#view-overlay:checked) .heatmap:not(:last-child):has(~.over){display:none}
@media(max-width:34rem){.cells{gap:.9rem .75rem}figure{width:calc(50% - .375rem)}.map{width:100%}h2 small{display:block;margin-left:0}}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.2rem .75rem .2rem 0;font-weight:400;white-space:nowrap;vertical-align:bottom}
thead th{font-weight:600;padding-bottom:.5rem}
thead small{font-weight:400;color:var(--soft)}
.value{color:var(--soft);text-align:right}
.bar{display:inline-block;position:relative;width:9rem;height:1rem;vertical-align:middle;background:linear-gradient(var(--soft),var(--soft)) 50% 0/1px 100% no-repeat}
.bar i{position:absolute;top:1px;bottom:1px;border-radius:2px;box-shadow:inset 0 0 0 .5px #0004}
.number{display:inline-block;width:4.5rem;text-align:right;color:var(--soft)}
.more{color:var(--soft);font-size:.85rem}
dl{margin:0;max-width:52rem}
dt{font-size:.85rem;color:var(--soft);margin-top:.8rem}
dd{margin:.2rem 0 0;font-size:1.05rem;line-height:1.9}
${wordsStyle}
footer{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:.9rem;color:var(--soft);font-size:.85rem;max-width:60rem}
`
}
