// Waist enclosure. z = 0 lies on the body, +y is up, the cables leave upwards. The strap pin passes in front of the USB
// opening: with the strap on, no plug fits.
include <parameters.scad>
part = "body";          // body, lid, both
size = "standard";      // standard (2500 mAh, two boards), slim (1200 mAh, one board)

cell = size == "slim" ? cell_slim : cell_standard;
stack = size == "slim" ? 19 : 30;                     // boards with the Feather on its headers, above the cell
w = 1.8;
inner = [proto[0] + 4, proto[1] + 16, cell[2] + 2 + stack];
outer = [inner[0] + 2 * w, inner[1] + 2 * w, inner[2] + w];
usb = [12, 7.5];
usb_z = w + cell[2] + 2 + 14;                         // middle of the socket: headers 8.5, Feather 1.6, half of the socket
cables = 10;
notch = 4.4;
pin = 3.4;
ear = [9, 6, 9];
strap = 42;

module screw_posts(h, hole) {
    for (x = [-1, 1], y = [-1, 1]) translate([x * (inner[0] / 2 - 3.2), y * (inner[1] / 2 - 3.2), 0]) difference() {
        cylinder(d = 7.4, h = h);
        translate([0, 0, h - 7]) cylinder(d = hole, h = 8);
    }
}

module ears(z) {
    // two ears that hold the strap pin; solid down to the wall, chamfered below so that they print without support
    for (end = [-1, 1], y = [-1, 1]) translate([end * outer[0] / 2, y * (strap / 2 + ear[1] / 2), z]) difference() {
        hull() {
            translate([end * ear[0] / 2 - end * 0.5, 0, 0]) cube([ear[0] + 1, ear[1], ear[2]], center = true);
            translate([0, 0, -ear[0] - ear[2] / 2]) cube([1, ear[1], 1], center = true);
        }
        translate([end * (ear[0] - 4), 0, 0]) rotate([90, 0, 0]) cylinder(d = pin, h = 20, center = true);
    }
}

module body() {
    difference() {
        union() {
            rounded(outer, 5);
            ears(usb_z - 4);
        }
        translate([0, 0, w]) rounded([inner[0], inner[1], outer[2]], 3);
        translate([-outer[0] / 2, 0, usb_z]) rotate([0, 90, 0]) linear_extrude(4 * w, center = true) offset(1.5) square([usb[1] - 3, usb[0] - 3], center = true);
        for (i = [0 : cables - 1]) translate([(i - (cables - 1) / 2) * 7, outer[1] / 2, outer[2] - notch / 2]) {
            rotate([90, 0, 0]) cylinder(d = notch, h = 4 * w, center = true);
            translate([-notch / 2, -2 * w, 0]) cube([notch, 4 * w, notch]);
        }
        // slide switch
        translate([inner[0] / 2 - 16, -outer[1] / 2, outer[2] - 9]) cube([9, 4 * w, 4.6], center = true);
    }
    difference() {
        translate([0, 0, w - 0.1]) screw_posts(inner[2] + 0.1 - 1.5, 4.0);
        translate([-outer[0] / 2, 0, usb_z]) cube([20, usb[0], usb[1]], center = true);
    }
    // rails that keep the cell under the boards, and a bar for the cable ties
    for (y = [-1, 1]) translate([0, y * (cell[1] / 2 + 1.2), w + cell[2] / 2 - 0.1]) cube([cell[0] * 0.6, 1.6, cell[2]], center = true);
    translate([0, inner[1] / 2 - 1.4, 0]) for (i = [0 : cables - 2]) translate([(i - (cables - 2) / 2) * 7, 0, outer[2] - 12]) tie_peg();
}

module tie_peg() {
    // a cable is tied to the peg beside it: pulling the cable does not pull the plug
    hull() {
        translate([-1.1, 1, -6]) cube([2.2, 1.2, 1]);
        translate([-1.1, -3, 0]) cube([2.2, 5.2, 7]);
    }
}

module lid() {
    difference() {
        union() {
            rounded([outer[0], outer[1], w], 5);
            translate([0, 0, w - 0.1]) difference() {
                rounded([inner[0] - 0.6, inner[1] - 0.6, 1.4], 3);
                translate([0, 0, -1]) rounded([inner[0] - 4, inner[1] - 4, 5], 2);
                for (x = [-1, 1], y = [-1, 1]) translate([x * (inner[0] / 2 - 3.2), y * (inner[1] / 2 - 3.2), -1]) cylinder(d = 9, h = 5);
                translate([0, inner[1] / 2, 0]) cube([cables * 7 + 2, 14, 9], center = true);
            }
        }
        for (x = [-1, 1], y = [-1, 1]) translate([x * (inner[0] / 2 - 3.2), y * (inner[1] / 2 - 3.2), -1]) cylinder(d = 3.4, h = 9);
        translate([inner[0] / 2 - 20, 8, -1]) cylinder(d = 7.5, h = 9);     // button
        translate([-inner[0] / 2 + 14, -9, -1]) cylinder(d = 3, h = 9);      // the Feather's LED
        translate([0, -2, -0.01]) arrow(18, 12, 0.6);      // up
    }
}

if (part == "body" || part == "both") body();
// lid() is drawn with its outside at z = 0, seen through the part: mirrored on the printer
if (part == "lid") mirror([1, 0, 0]) lid();
if (part == "both") translate([0, 0, outer[2] + 22]) mirror([0, 0, 1]) lid();
