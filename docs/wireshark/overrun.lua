-- SPDX-License-Identifier: BSD-3-Clause
--
-- Wireshark dissector of overrun's tag, the first 18 bytes of the UDP payload (docs/reference/frame-format.md, layout version 1).
-- Installed where Wireshark looks for plugins of all users; or: tshark -X lua_script:overrun.lua -r FILE
--
-- A heuristic one, since nothing is reserved for us: other tools send to port 9 too. A frame is ours if the addresses are
-- those that the stream in the tag has, or the source port is that of a frame made from a capture's (--templates).

local overrun = Proto("overrun", "overrun test frame")

local fields = {
  trial = ProtoField.uint32("overrun.trial", "Trial", base.HEX),
  stream = ProtoField.uint16("overrun.stream", "Stream", base.DEC),
  number = ProtoField.uint64("overrun.seq", "Sequence number", base.DEC),
  sent = ProtoField.uint64("overrun.tx_ns", "Sent, ns since the trial's epoch", base.DEC),
  filler = ProtoField.bytes("overrun.filler", "Filler"),
}
overrun.fields = fields

local TAG_BYTES = 18
local PORT = 9
local CAPTURE_PORT_FIRST = 49152

-- The addresses of a stream, as docs/reference/frame-format.md has them; IPv6 as Wireshark writes it.
local function addresses_of(stream, is_ip6)
  local high = math.floor(stream / 256)
  if not is_ip6 then
    return string.format("198.18.%d.%d", high, 1 + stream % 128),
      string.format("198.19.%d.%d", high, 1 + math.floor(stream / 2) % 128)
  end
  local host = stream + 1
  local low = host < 65536 and string.format("%x", host) or "1:0"
  return "2001:2::" .. low, "2001:2:0:1::" .. low
end

local function is_ours(buffer, pinfo)
  if buffer:len() < TAG_BYTES or buffer(0, 4):uint() == 0 then
    return false
  end
  local stream = buffer(4, 2):uint()
  if pinfo.src_port == (CAPTURE_PORT_FIRST + stream) % 65536 then
    return true
  end
  local from, to = tostring(pinfo.net_src), tostring(pinfo.net_dst)
  local expected_from, expected_to = addresses_of(stream, from:find(":") ~= nil)
  return pinfo.dst_port == PORT and from == expected_from and to == expected_to
end

function overrun.dissector(buffer, pinfo, root)
  if not is_ours(buffer, pinfo) then
    return 0
  end
  local stream, number = buffer(4, 2):uint(), buffer(6, 6):uint64()
  local tree = root:add(overrun, buffer(0, TAG_BYTES), string.format(
    "overrun, trial 0x%08x, stream %d, number %s", buffer(0, 4):uint(), stream, tostring(number)))
  tree:add(fields.trial, buffer(0, 4))
  tree:add(fields.stream, buffer(4, 2))
  tree:add(fields.number, buffer(6, 6), number)
  tree:add(fields.sent, buffer(12, 6), buffer(12, 6):uint64())
  if buffer:len() > TAG_BYTES then
    tree:add(fields.filler, buffer(TAG_BYTES))
  end
  pinfo.cols.protocol = "overrun"
  pinfo.cols.info = string.format("trial 0x%08x stream %d number %s", buffer(0, 4):uint(), stream, tostring(number))
  return buffer:len()
end

overrun:register_heuristic("udp", function(buffer, pinfo, root)
  return overrun.dissector(buffer, pinfo, root) ~= 0
end)
