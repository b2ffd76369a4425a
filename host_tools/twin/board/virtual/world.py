"""Everything around the chip, built from the scenario that the host wrote: sensors, motors, electrodes, wires, and
the script."""

import json
import sys

from micropython import const

from virtual import clock, journal, lines, stop
from virtual.adc import DmaController, VirtualAdc
from virtual.bno08x import FAULT_COUNTS, FAULT_STATES, VirtualBno08x
from virtual.drv2605l import VirtualDrv2605l
from virtual.emg import FRAME_US, EmgStream
from virtual.flash import FlashFile
from virtual.heap import tidy
from virtual.i2c_bus import Bus
from virtual.max17048 import VirtualMax17048
from virtual.orientation import QuaternionStream
from virtual.sdcard import VirtualSdCard

_TIDY_SECONDS = const(10)
# of the firmware: a tick takes so many frames of four conversions, its ring holds 32 KB at most
_MOST_FRAMES = const(64)
_RING_CONVERSIONS = const(16384)
_READY_US = const(100000)  # the status LED on for so long means that the device is ready


class World:
    """`config` is the dictionary described in host_tools/twin/run.py."""

    def __init__(self, config):
        self.config = config
        board = config["board"]
        self.board = board
        self.rp2350 = board["MCU"] == "rp2350"
        self.offset_us = config["world_offset_us"]
        self.end_us = config["end_us"]
        clock.COSTS.update(config["costs"])
        self.flash = FlashFile(**config["flash"])
        self.buses = {}
        for number, pins in sorted(board["I2C"].items()):
            self.buses[int(number)] = Bus(int(number), pins[0], pins[1])
        self.imus = {}
        self.imu_pins = {}
        self.orientations = []
        for name, settings in sorted(config["imus"].items()):
            self._add_imu(name, settings)
        self.tactors = {}
        for name, bus in sorted(board["TACTOR_BUS"].items()):
            tactor = VirtualDrv2605l(name)
            self.tactors[name] = tactor
            self.buses[bus].devices[0x5A] = tactor
        self.gauge = VirtualMax17048()
        self.buses[board["FUEL_GAUGE_BUS"]].devices[0x36] = self.gauge
        self.aligning = False  # the firmware looks for an aligned piece of memory
        self.card = None
        if config["card"]:
            self.card = VirtualSdCard(**config["card"])
            lines.listen(board["SD_SPI"][4], self.card.select)
        self.stream = EmgStream(config["emg"]["path"], config["emg"]["columns"])
        self.dma = DmaController(self.rp2350)
        self.adc = VirtualAdc(self.rp2350, self.dma, self.stream, config["emg"]["inputs"], config["mains"])
        self.adc.world_offset_us = self.offset_us
        self.watchdog_scratch = list(config["scratch"])
        self.watchdog_us = 0
        self._watchdog_file = open(config["watchdog_path"], "w") if config["watchdog_path"] else None
        self._watchdog = clock.slot(self._on_watchdog, "watchdog")
        lines.resistor(board["BUTTON"], 1)
        lines.listen(board["LED"], self._on_led)
        lines.listen(board["EMG_POWER"], self._on_emg_power)
        lines.resistor(board["USB_SENSE"], 0)
        self.work_us = 0  # CPU work that follows from what the firmware has just read
        self._unworked = 0  # conversions that wait for a later tick
        self.stimulus_start_us = None  # of the world
        self._ready = clock.slot(self._on_ready, "ready")
        self._timed = [e for e in config["script"] if e[0] == "world"]
        self._played = [e for e in config["script"] if e[0] == "stimulus"]
        self._script = clock.slot(self._on_script, "script")
        self._seconds = 0
        self._progress = clock.slot(self._on_progress, "progress")
        self.state = config["state"]
        self._restore()
        self._schedule_script()
        self._on_progress()
        stop.on_stop(self._finish)

    def _add_imu(self, name, settings):
        board = self.board
        place = board["IMU"].get(name) or board["OPTIONAL_IMU"][name]
        bus, address, int_pin, rst_pin = place
        orientation = QuaternionStream(settings["path"])
        self.orientations.append(orientation)
        imu = VirtualBno08x(
            clock,
            orientation,
            lambda level: lines.drive(int_pin, level),
            settings["headings_q28"],
            settings["startup_us"],
            settings["latency_us"],
            settings["interval_q10_us"],
            settings["residue"],
            settings["bno085"],
        )
        imu.on_cargo = self._on_cargo
        imu.on_reset = lambda n: journal.write("imu_reset", '"imu": "%s", "count": %d' % (name, n))
        self.imus[name] = imu
        self.imu_pins[name] = int_pin
        self.buses[bus].devices[address] = imu
        lines.resistor(int_pin, 1)
        lines.resistor(rst_pin, 1)
        lines.listen(rst_pin, imu.reset_line)

    # --- power-on and what survives a reset of the chip ---

    def _restore(self):
        state = self.state
        if not state:
            for imu in self.imus.values():
                imu.power_on()
            if self.config["stimulus_start_us"] is not None:
                self.begin_stimulus(self.config["stimulus_start_us"])
            return
        for name, imu in self.imus.items():
            imu.restore(state["imus"][name])
        for name, tactor in self.tactors.items():
            tactor.registers[:] = bytes(state["tactors"][name])
        self.gauge.soc_q8, self.gauge.vcell_uv = state["gauge"]
        for pin, level in state["lines"]:
            lines.drive(pin, level)
        done = state["script_done"]
        self._timed = self._timed[done[0] :]
        self._played = self._played[done[1] :]
        if state["stimulus_start_us"] is not None:
            self.begin_stimulus(state["stimulus_start_us"])

    def save(self):
        """What the next boot needs, as plain data."""
        all_timed = len([e for e in self.config["script"] if e[0] == "world"])
        all_played = len(self.config["script"]) - all_timed
        board = self.board
        external = []
        for pin in (board["BUTTON"], board["USB_SENSE"]):
            external.append((pin, lines.external(pin)))
        return {
            "imus": {name: imu.save() for name, imu in self.imus.items()},
            "tactors": {name: list(tactor.registers) for name, tactor in self.tactors.items()},
            "gauge": (self.gauge.soc_q8, self.gauge.vcell_uv),
            "lines": external,
            "script_done": (all_timed - len(self._timed), all_played - len(self._played)),
            "stimulus_start_us": self.stimulus_start_us,
            "scratch": self.watchdog_scratch,
            "world_us": self.world_us(),
            "stop": stop.reason(),
            "counts": self.counts(),
        }

    def counts(self):
        """Counters of the models, for the result."""
        return {
            "erases": self.flash.erases,
            "programs": self.flash.programs,
            "stalled_us": self.flash.stalled_us,
            "adc_lost": self.adc.lost,
            "reports": {name: imu.reports_made for name, imu in self.imus.items()},
            "reports_dropped": {name: imu.reports_dropped for name, imu in self.imus.items()},
            "transfers": {str(n): bus.transfers for n, bus in self.buses.items()},
        }

    def _dump(self):
        with open("/host" + self.config["state_path"], "w") as f:
            json.dump(self.save(), f)

    def _finish(self):
        self._dump()
        self.flash.dead = True
        journal.close()

    # --- time ---

    def world_us(self):
        """Time since the power came, over all boots."""
        return clock.now_us() + self.offset_us

    def _on_progress(self):
        now_us = self.world_us()
        print("@twin progress %d" % now_us)
        self._seconds += 1
        if self._seconds % _TIDY_SECONDS == 0:
            tidy()
        if now_us >= self.end_us:
            stop.stop("end")
        if self._watchdog_file is not None and now_us > self.offset_us:
            self._dump()
        clock.at(self._progress, min(now_us + 1000000, self.end_us) - self.offset_us)

    def _on_cargo(self, reports):
        self.work_us += reports * clock.COSTS["imu_report"]

    def samples_seen(self, channel):
        """The firmware has looked how far the ring is filled: it will now work through what is new, and through its
        tick. After a stall it works off so much in a tick, and what the ring could not hold never."""
        waiting = min(self._unworked + channel.moved, _RING_CONVERSIONS)
        channel.moved = 0
        conversions = min(waiting, _MOST_FRAMES * 4 * self.stream.columns)
        self._unworked = waiting - conversions
        self.work_us += clock.COSTS["tick"] + conversions * clock.COSTS["conversion_q8"] // 256
        self.do_work()

    def do_work(self):
        """The CPU work that has come together."""
        us = self.work_us
        self.work_us = 0
        clock.spend(us)

    def feed_watchdog(self, timeout_us):
        """The watchdog is started or fed."""
        if self._watchdog_file is not None and not self.watchdog_us:
            self._dump()
        self.watchdog_us = timeout_us
        due_us = clock.now_us() + timeout_us
        clock.at(self._watchdog, due_us)
        self._tell_watchdog(due_us)

    def _tell_watchdog(self, due_us):
        # the host finds out when the watchdog bites firmware that hangs without touching the hardware
        if self._watchdog_file is not None:
            self._watchdog_file.seek(0)
            self._watchdog_file.write("%20d" % due_us)

    def stop_watchdog(self):
        """The enable bit of the watchdog is cleared."""
        self.watchdog_us = 0
        clock.cancel(self._watchdog)
        self._tell_watchdog(0)

    def _on_watchdog(self):
        stop.stop("watchdog")

    # --- stimulus ---

    def _on_led(self, level):
        journal.write("led", '"level": %d' % level)
        if level and self.stimulus_start_us is None:
            clock.at(self._ready, clock.now_us() + _READY_US)
        else:
            clock.cancel(self._ready)

    def _on_emg_power(self, level):
        journal.write("emg_power", '"level": %d' % level)
        self.adc.power(level)

    def _on_ready(self):
        self.begin_stimulus(self.world_us())

    def begin_stimulus(self, earliest_us):
        """The stimulus begins at world time `earliest_us`, or a little later where the mirrored EMG comes round."""
        period_us = self.stream.period_frames() * FRAME_US
        start_us = (earliest_us + period_us - 1) // period_us * period_us
        self.stimulus_start_us = start_us
        self.adc.sync()
        self.stream.start_frame = start_us // FRAME_US
        for name, imu in self.imus.items():
            imu.begin_stimulus(start_us - self.offset_us, self.config["imus"][name]["phase_us"])
        journal.write("stimulus", '"start_us": %d' % (start_us - self.offset_us))
        self._schedule_script()

    # --- script ---

    def _next_action(self):
        """(device time, list it stands in) of the next action."""
        best = None
        if self._timed:
            best = (self._timed[0][1] - self.offset_us, self._timed)
        if self._played and self.stimulus_start_us is not None:
            time_us = self._played[0][1] + self.stimulus_start_us - self.offset_us
            if best is None or time_us < best[0]:
                best = (time_us, self._played)
        return best

    def _schedule_script(self):
        following = self._next_action()
        if following is not None:
            clock.at(self._script, following[0])

    def _on_script(self):
        following = self._next_action()
        if following is not None and following[0] <= clock.now_us():
            entry = following[1].pop(0)
            self._schedule_script()
            journal.write("script", '"action": %s' % json.dumps(entry[2:]))
            getattr(self, "_do_" + entry[2])(*entry[3:])
        else:
            self._schedule_script()

    def _do_button(self, pressed):
        lines.drive(self.board["BUTTON"], 0 if pressed else 2)

    def _do_usb(self, present):
        lines.drive(self.board["USB_SENSE"], 1 if present else 2)

    def _do_battery(self, percent, millivolt):
        self.gauge.soc_q8 = percent * 256
        self.gauge.vcell_uv = millivolt * 1000

    def _do_imu(self, name, fault, value=1):
        imu = self.imus[name]
        if fault == "unplugged":
            if value:
                imu.power_off()
            else:
                imu.power_on()
        elif fault == "reset":
            imu.reset()
        elif fault == "break_off":
            imu.breaks_off = True
        elif fault == "int_noise":
            imu.make_noise(value)
        elif fault == "interval":
            imu.change_interval(value)
        elif fault == "answers":
            imu.chatter(value, 0)
        elif fault == "advertisements":
            imu.chatter(0, value)
        elif fault in FAULT_STATES or fault in FAULT_COUNTS:
            imu.set_fault(fault, value)
        else:
            raise ValueError("no fault %s of a sensor" % fault)

    def _do_bus(self, number, clocks):
        bus = self.buses[number]
        if clocks == "scl":
            bus.short_clock()
        elif clocks == "open":
            bus.open = True
        elif clocks:
            bus.stick(clocks)
        else:
            bus.open = False
            bus.release()

    def _do_emg(self, channel, kind, amplitude=0):
        self.adc.fault(self.board["EMG_ADC_CHANNELS"][channel], kind, amplitude)

    def _do_stall(self, us):
        clock.stall(us)

    def _do_tactor(self, name, fault, value=1):
        tactor = self.tactors[name]
        if fault == "unplugged" and not value:
            tactor.power_on()
        setattr(tactor, fault, bool(value))

    def _do_dma(self, us):
        self.adc.hold(us)

    def _do_ask(self):
        """Wait for the host, which may change what the sensors and electrodes will see from here on."""
        journal.flush()
        print("@twin ask %d" % clock.now_us())
        sys.stdin.readline()
        self.adc.sync()
        self.stream.forget()
        for orientation in self.orientations:
            orientation.forget()

    def _do_card(self, present):
        self.card.absent = not present

    def _do_end(self):
        stop.stop("end")
