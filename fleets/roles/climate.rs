//! `climate` of the fleet `climate`: asks a BME280 every two seconds and publishes what changed. The driver is a crate that
//! knows nothing of us; it works on any bus of embedded-hal 1.0.

use super::{pins, topics};
use bme280_rs::{Bme280, Configuration, Oversampling, SensorMode};
use fleetwright_node::Duration;
use fleetwright_node::custom::{BusError, Context, Custom, Delay, I2c};

/// How often the sensor is asked, and how long to wait before it is looked for again.
const EVERY: Duration = Duration::seconds(2);
/// A smaller change is noise, in °C.
const NOISE: f32 = 0.2;

/// The sensor, once it was found, and what was published last.
pub struct Role {
    sensor: Option<Bme280<I2c, Delay>>,
    warmth: f32,
    humidity: i32,
}

impl Role {
    /// Before the node starts.
    pub const fn new() -> Self {
        Self { sensor: None, warmth: f32::NEG_INFINITY, humidity: -1 }
    }

    /// Looks for the sensor and makes it measure all the time.
    fn find(context: &mut Context<'_>) -> Result<Bme280<I2c, Delay>, BusError> {
        let mut sensor = Bme280::new(context.i2c(pins::SDA, pins::SCL), context.delay());
        sensor.init()?;
        let once = Oversampling::Oversample1;
        let all = Configuration::default().with_temperature_oversampling(once).with_humidity_oversampling(once);
        sensor.set_sampling_configuration(all.with_sensor_mode(SensorMode::Normal))?;
        Ok(sensor)
    }

    fn measure(&mut self, context: &mut Context<'_>) -> Result<(), BusError> {
        let Some(sensor) = &mut self.sensor else { return Ok(()) };
        let sample = sensor.read_sample()?;
        if let Some(warmth) = sample.temperature.filter(|warmth| (warmth - self.warmth).abs() >= NOISE) {
            self.warmth = warmth;
            context.publish(topics::WARMTH, warmth);
        }
        if let Some(humidity) = sample.humidity.map(|humidity| (humidity + 0.5) as i32)
            && humidity != self.humidity
        {
            self.humidity = humidity;
            context.publish(topics::HUMIDITY, humidity);
        }
        Ok(())
    }
}

impl Custom for Role {
    fn poll(&mut self, context: &mut Context<'_>) -> Option<Duration> {
        if self.sensor.is_none() {
            match Self::find(context) {
                Ok(sensor) => self.sensor = Some(sensor),
                Err(_) => context.log("no BME280 on the bus"),
            }
            // The first measurement takes a moment.
            return Some(EVERY);
        }
        if self.measure(context).is_err() {
            context.log("the BME280 does not answer");
            self.sensor = None;
        }
        Some(EVERY)
    }
}
